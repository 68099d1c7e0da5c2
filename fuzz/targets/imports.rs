#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| confidant_transfer::fuzz::imports(bytes));
