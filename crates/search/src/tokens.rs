//! The words of a text, as tantivy takes them.

use std::vec;

use confidant_chat::search::{Word, words};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

/// What the index calls the way it cuts texts into words.
pub(crate) const NAME: &str = "words";

/// The ways there are.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(NAME, Words);
    manager
}

#[derive(Clone)]
struct Words;

struct Tokens {
    words: vec::IntoIter<Word>,
    token: Token,
    next: usize,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let words: Vec<_> = words(text).collect();
        Tokens { words: words.into_iter(), token: Token::default(), next: 0 }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = Token {
            offset_from: word.at.start,
            offset_to: word.at.end,
            position: self.next,
            text: word.text,
            position_length: 1,
        };
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
