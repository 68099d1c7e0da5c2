//! What the entries of a service are called. The names are visible to whoever looks at the keyring,
//! also while it is locked, so they hold nothing but ids and the names of secrets.

use confidant_chat::ids::UserId;

/// The entry that says who the account belongs to. There is an account if there is this entry.
pub(crate) fn user(id: UserId) -> String {
    format!("user:{id}")
}

/// The entry that holds the data key of a remembered account.
pub(crate) fn unlock(id: UserId) -> String {
    format!("unlock:{id}")
}

/// The entry of one secret of an account.
pub(crate) fn secret(id: UserId, name: &str) -> String {
    format!("secret:{id}:{name}")
}

/// The entry that counts failed attempts to sign in.
pub(crate) fn attempts(id: UserId) -> String {
    format!("attempts:{id}")
}

/// The entry of one piece of `entry`.
pub(crate) fn part(entry: &str, generation: &str, number: usize) -> String {
    format!("part:{generation}:{number}:{entry}")
}

/// The account that `name` is the user entry of.
pub(crate) fn account_of(name: &str) -> Option<UserId> {
    let id = name.strip_prefix("user:")?.parse().ok()?;
    // An id can be written in several ways, and only one of them is what this module writes.
    (user(id) == name).then_some(id)
}

/// Whether `name` is an entry of this account, or a piece of one.
pub(crate) fn belongs_to(name: &str, id: UserId) -> bool {
    let name = whole(name);
    [user(id), unlock(id), attempts(id)].iter().any(|own| own == name)
        || name.starts_with(&secret(id, ""))
}

/// The name of the entry that `name` is a piece of, or else `name`.
fn whole(name: &str) -> &str {
    name.strip_prefix("part:").and_then(|rest| rest.splitn(3, ':').nth(2)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_an_account_is_known_as_its_own_and_as_nobody_elses() {
        let [id, other] = [UserId::new(), UserId::new()];
        let names = [user(id), unlock(id), attempts(id), secret(id, "openai"), secret(id, "a:b")];
        for name in names {
            let piece = part(&name, "0a1b", 3);
            for name in [name, piece] {
                assert!(belongs_to(&name, id), "{name} goes when its account goes");
                assert!(!belongs_to(&name, other), "{name} stays when another account goes");
            }
        }
    }

    #[test]
    fn only_a_user_entry_names_an_account() {
        let id = UserId::new();
        assert_eq!(account_of(&user(id)), Some(id));
        let simple = id.to_string().replace('-', "");
        let none = [
            unlock(id),
            secret(id, "x"),
            part(&user(id), "0a1b", 0),
            format!("user:{simple}"),
            format!("user:{id}x"),
            "user:".into(),
        ];
        for name in none {
            assert_eq!(account_of(&name), None, "{name} is no account");
        }
    }
}
