//! A file chosen in the real file dialog, described by the analyst.

use std::fs;

use super::{in_turn, make_account};
use crate::support::dialog::{OPEN, answer};
use crate::support::home::Home;
use crate::support::window::Window;

#[test]
fn the_analyst_describes_a_file_that_was_chosen_in_the_dialog() {
    in_turn(async {
        let home = Home::new();
        let file = home.data().join("harvest.csv");
        // The last row holds a byte that is no UTF-8, which is told and not fatal.
        let rows = b"fruit,weight\nplum,3\npear,5\nfig,\n\xFF,4\n";
        fs::write(&file, rows).unwrap();
        let window = Window::open(&home).await;
        make_account(&window, "Alice", "", None).await;
        window.press_where("[role=radio]", "Analyst").await;
        window.press_where(".starter", "Analyze a file").await;
        window.press("Choose file").await;
        answer(OPEN, &file).await;
        window.read(".ask.answered", "harvest.csv").await;
        for finding in ["harvest.csv", "weight", "UTF-8"] {
            window.read("[role=log] article.assistant", finding).await;
        }
        window.close().await;
    });
}
