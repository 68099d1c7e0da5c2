//! Words as search sees them: without case, accents, endings, and those that say nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that stand in any question, about anything: English, and German with accents folded.
static EMPTY: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    const ENGLISH: &str = "\
     a about again all also am an and any anything are as ask at be because been best better but by can come could day did do does doesn doing don else every everything explain find \
     for from get give go good got had happen has have hello help her here hi his how i if in \
     into is isn it its just know let like ll many may me mean might more most much must my \
     myself need new no not now of off on one only or other our out over please possible put \
     question re really right s said say see she should show so some somebody someone \
     something still such t take tell than thank thanks that the their them then there these \
     they thing this those time to today too try up us use using ve very want was way we well \
     were what when where which while who whom why will with would yes yet you your";
    const GERMAN: &str = "\
     aber alle als am an auch auf aus bei bin bis bitte da das dass dein dem den der des die dies diese dieser doch du durch ein eine einem einen einer er es etwas fuer gibt habe \
     haben hat hier ich ihr im ist ja kann kannst kein koennen man mein meine meinem meinen \
     meiner mich mir mit muss nach nein nicht noch nun nur oder ohne sein sich sie sind soll \
     ueber um und uns vom von vor warum was wenn wer werden wie wird wo zu zum zur";
    ENGLISH.split_whitespace().chain(GERMAN.split_whitespace()).collect()
});

/// Words that mean the same in an app for conversations, as stems.
static SYNONYMS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    const GROUPS: [&str; 21] = [
        "conversation chat thread talk dialog gespraech",
        "keep store save kept saved speicher",
        "delete remove erase loesch",
        "password passwort passphrase kennwort",
        "encrypt seal sealed encryption cipher verschluessel",
        "model llm ai gpt modell",
        "answer reply response antwort",
        "internet network offline online connection",
        "login sign log anmeld",
        "key token apikey schluessel",
        "shortcut hotkey keybind",
        "dark theme light colour color",
        "export backup",
        "administrator admin",
        "app confidant program",
        "account user konto",
        "analyse analyze",
        "setting preference option einstellung",
        "make create add set",
        "computer machine device laptop pc",
        "folder directory",
    ];
    GROUPS.iter().map(|group| group.split_whitespace().map(stem).collect()).collect()
});

/// Every word of a text, in lower case and without accents.
pub(super) fn all(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(folded)
}

/// The words of a text that say something, without their endings.
pub(super) fn stems(text: &str) -> Vec<String> {
    all(text).filter(|word| !EMPTY.contains(word.as_str())).map(|word| stem(&word)).collect()
}

/// The stems of words that mean the same as a stem.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = String> + '_ {
    let fitting = SYNONYMS.iter().filter(move |group| group.iter().any(|other| other == word));
    fitting.flatten().filter(move |other| *other != word).cloned()
}

/// Whether two words are likely the same, one of them cut short, bent or misspelt at its end.
pub(super) fn begin_alike(known: &str, word: &str) -> bool {
    let common = known.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    let (known, word) = (known.chars().count(), word.chars().count());
    // Either the word is a beginning, or little of the longer one differs.
    (common == word && common >= 4) || (common >= 5 && common * 4 >= known.max(word) * 3)
}

/// Lower case, without accents; German vowels are written out, as people do without their keys.
fn folded(word: &str) -> String {
    let mut folded = String::new();
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='õ' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' => folded.push('s'),
            'ť' | 'ţ' => folded.push('t'),
            'ù'..='û' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            // Accents that come after their letter.
            '\u{300}'..='\u{36f}' => {}
            letter => folded.push(letter),
        }
    }
    folded
}

/// A word without the ending that English and German bend it with. Coarse on purpose: question and
/// page only have to come to the same.
fn stem(word: &str) -> String {
    const ENDINGS: [&str; 16] = [
        "ations", "ation", "ings", "ing", "ies", "ied", "ungen", "ung", "ed", "ern", "en", "er",
        "es", "em", "s", "e",
    ];
    let ending = ENDINGS.iter().find(|ending| {
        // What is left must still tell words apart.
        word.strip_suffix(**ending).is_some_and(|rest| rest.chars().count() >= 3)
    });
    let rest = ending.and_then(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let mut letters: Vec<char> = rest.chars().collect();
    // running, stopped
    if let [.., a, b] = letters.as_slice()
        && a == b
        && letters.len() > 3
    {
        letters.pop();
    }
    // try, tries
    if letters.len() > 3 && letters.last() == Some(&'y') {
        letters.pop();
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("model", "models")]
    #[case("setting", "settings")]
    #[case("stop", "stopped")]
    #[case("stop", "stopping")]
    #[case("change", "changing")]
    #[case("reply", "replies")]
    #[case("forget", "forgetting")]
    #[case("Konto", "Kontos")]
    #[case("Schlüssel", "Schluesseln")]
    #[case("Anmeldung", "Anmeldungen")]
    #[case("cafés", "cafe")]
    fn the_forms_of_a_word_are_one(#[case] a: &str, #[case] b: &str) {
        let begin =
            |a: &str, b: &str| stems(a) == stems(b) || begin_alike(&stems(a)[0], &stems(b)[0]);
        assert!(begin(a, b), "{:?} and {:?}", stems(a), stems(b));
    }

    #[rstest]
    #[case("key", "keyboard")]
    #[case("key", "keyring")]
    #[case("model", "modern")]
    #[case("stop", "store")]
    #[case("sign", "signal")]
    fn different_words_stay_different(#[case] a: &str, #[case] b: &str) {
        assert_ne!(stems(a), stems(b));
    }

    #[test]
    fn empty_words_are_left_out() {
        assert_eq!(stems("What can I do with the keyring?"), ["keyr"]);
        assert_eq!(stems("Wie ändere ich mein Passwort?"), ["aender", "passwort"]);
        assert!(stems("How do I do it?!").is_empty());
    }

    #[rstest]
    #[case("password", "passwort", true)]
    #[case("conversation", "convers", true)]
    #[case("frame", "france", false)]
    #[case("web", "weather", false)]
    #[case("capture", "capital", false)]
    fn beginnings(#[case] known: &str, #[case] word: &str, #[case] alike: bool) {
        assert_eq!(begin_alike(known, word), alike);
    }

    #[test]
    fn synonyms_go_both_ways() {
        let of = |word: &str| synonyms(&stems(word)[0]).collect::<Vec<_>>();
        assert!(of("chats").contains(&stems("conversation")[0]));
        assert!(of("conversation").contains(&stems("chat")[0]));
        assert!(of("xylophone").is_empty());
    }
}
