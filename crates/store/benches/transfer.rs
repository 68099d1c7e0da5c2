//! A gibibyte and a hundred thousand messages out of one history and into another, beside a plain ZIP
//! of the same file that is written and unpacked. `cargo xtask bench transfer` runs it.
//!
//! The memory is the most that the process had while it did that, over what it had before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that fails has no value"
)]
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "kit/report.rs"]
mod report;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use confidant_chat::element::{Content, Display, Element, StoredFile};
use confidant_chat::ids::{ElementId, ThreadId, UserId};
use confidant_chat::port::history::{Change, Durability, FileSource, History, Part};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_seal::DataKey;
use confidant_store::Store;
use confidant_transfer::{Export, Format, Import, Watch, Which};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::report::{Row, report};

/// How large the file is, in MiB; less where it says so.
const SIZE: &str = "CONFIDANT_BENCH_MIB";

/// How many messages there are in one long thread, and in as many short ones of ten.
const MESSAGES: u32 = 100_000;

fn main() {
    let size = std::env::var(SIZE).map_or(1024, |it| it.parse().unwrap()) << 20;
    let home = tempfile::tempdir_in(std::env::var_os("TMPDIR").unwrap_or("/tmp".into())).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    let first = open(&home.path().join("first"));
    runtime.block_on(fill(&first, size));
    let [ours, again, plain] =
        ["ours.zip", "again.zip", "plain.zip"].map(|name| home.path().join(name));

    let (exporting, export_memory) = measured(|| export(&first, &ours));
    let second = open(&home.path().join("second"));
    let (looking, look_memory) = measured(|| {
        let import = Import::open(&ours, "assistant").unwrap();
        let seen = import.preview(Arc::clone(&second) as _, &Watch::default()).unwrap();
        assert_eq!((seen.files, seen.bytes), (1, size), "all of it comes along");
    });
    let (importing, import_memory) = measured(|| {
        let import = Import::open(&ours, "assistant").unwrap();
        let (brought, done) = import.run(Arc::clone(&second) as _, &Watch::default());
        done.unwrap();
        assert_eq!(brought.messages, u64::from(MESSAGES) * 2, "all of it is there");
    });
    export(&second, &again);
    assert!(same(&ours, &again), "the same bytes come out again");
    println!(
        "exported, imported and exported again: the same {} bytes",
        ours.metadata().unwrap().len()
    );
    println!("a look at what it would bring along: {looking:.2} s, {look_memory:.0} MB");

    let (packing, pack_memory) = measured(|| {
        let mut zip = ZipWriter::new(File::create(&plain).unwrap());
        let options = SimpleFileOptions::default().large_file(true);
        zip.start_file("file", options).unwrap();
        io::copy(&mut Noise::new(size), &mut zip).unwrap();
        zip.finish().unwrap().sync_all().unwrap();
    });
    let (unpacking, unpack_memory) = measured(|| {
        let mut zip = ZipArchive::new(File::open(&plain).unwrap()).unwrap();
        let mut out = File::create(home.path().join("unpacked")).unwrap();
        io::copy(&mut zip.by_index(0).unwrap(), &mut out).unwrap();
        out.sync_all().unwrap();
    });
    let row = |name, unit, ours, baseline| Row { name, unit, ours, baseline };
    report(
        "plain ZIP",
        &[
            row("export 1 GiB and 200,000 messages", "s", exporting, packing),
            row("  memory for it", "MB", export_memory, pack_memory),
            row("import 1 GiB and 200,000 messages", "s", importing, unpacking),
            row("  memory for it", "MB", import_memory, unpack_memory),
        ],
    );
    runtime.block_on(async {
        first.close().await.unwrap();
        second.close().await.unwrap();
    });
}

fn open(dir: &Path) -> Arc<Store> {
    Arc::new(Store::open(dir, UserId::new(), &DataKey::random().unwrap()).unwrap())
}

async fn fill(store: &Store, size: u64) {
    let long = Thread { name: "long".into(), ..Thread::begin("assistant") };
    let element = ElementId::new();
    let source = FileSource::Part(Part::new(move || Ok((Box::new(Noise::new(size)), size))));
    store.put_file(long.id, element, source).await.unwrap();
    let file = StoredFile { mime: "application/octet-stream".into(), size };
    let content = Content::File { file };
    let mut first = said(0);
    first.elements.push(Element::kept(element, "noise".into(), Display::Inline, content));
    keep(store, long.clone(), vec![first]).await;
    for from in (1..MESSAGES).step_by(1_000) {
        let steps = (from..(from + 1_000).min(MESSAGES)).map(said).collect();
        keep(store, long.clone(), steps).await;
    }
    for number in 0..MESSAGES / 10 {
        let name = format!("short {number}");
        let thread = Thread { name, ..Thread::begin("assistant") };
        keep(store, thread, (0..10).map(said).collect()).await;
    }
    store.write(Vec::new(), Durability::OnDisk).await.unwrap();
}

async fn keep(store: &Store, thread: Thread, steps: Vec<Step>) {
    let id: ThreadId = thread.id;
    let steps = steps.into_iter().map(|step| Change::PutStep { thread: id, step: Box::new(step) });
    let changes = [Change::PutThread(Box::new(thread))].into_iter().chain(steps).collect();
    store.write(changes, Durability::Soon).await.unwrap();
}

fn said(place: u32) -> Step {
    let kind = if place.is_multiple_of(2) { StepKind::User } else { StepKind::Assistant };
    Step::said(kind, place, format!("Message {place}. {}", "Some words that were said. ".repeat(8)))
}

fn export(store: &Arc<Store>, path: &Path) {
    let watch = Watch::default();
    let history = Arc::clone(store) as Arc<dyn History>;
    let export = Export::prepare(history, Which::All, Format::Json, &watch).unwrap();
    let file = File::create(path).unwrap();
    export.write(&file, &watch).unwrap();
    file.sync_all().unwrap();
}

fn same(one: &Path, other: &Path) -> bool {
    let [mut one, mut other] =
        [one, other].map(|path| io::BufReader::new(File::open(path).unwrap()));
    let [mut ours, mut theirs] = [vec![0; 1 << 20], vec![0; 1 << 20]];
    loop {
        let read = one.read(&mut ours).unwrap();
        if other.read_exact(&mut theirs[..read]).is_err() || ours[..read] != theirs[..read] {
            return false;
        }
        if read == 0 {
            return other.read(&mut theirs).unwrap() == 0;
        }
    }
}

/// How long `work` takes in seconds, and how much more memory the process had meanwhile, in MB.
fn measured(work: impl FnOnce()) -> (f64, f64) {
    // Has the system forget the most that there was; see proc(5).
    File::options().write(true).open("/proc/self/clear_refs").unwrap().write_all(b"5").unwrap();
    let before = memory("VmRSS");
    let began = Instant::now();
    work();
    (began.elapsed().as_secs_f64(), (memory("VmHWM") - before).max(0.1))
}

fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1.024 / 1000.0
}

/// So many bytes that nothing makes smaller, the same each time.
struct Noise {
    left: u64,
    state: u64,
}

impl Noise {
    fn new(size: u64) -> Self {
        Self { left: size, state: 0x9E37_79B9_7F4A_7C15 }
    }
}

impl Read for Noise {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        for piece in into[..wanted].chunks_mut(8) {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            piece.copy_from_slice(&self.state.to_le_bytes()[..piece.len()]);
        }
        self.left -= wanted as u64;
        Ok(wanted)
    }
}
