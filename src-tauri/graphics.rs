//! One setting that the web view reads before anything else runs.

/// Starts this program again with WebKitGTK's DMA-BUF renderer switched off, where that renderer
/// is known to show nothing or to crash: under the proprietary NVIDIA driver, and without a
/// graphics device (virtual machines, virtual displays). A person who set the variable decides.
///
/// The variable has to be there before the first thread, and a running program cannot set its own
/// safely: hence the second start, in the same process. Returns where nothing is to be done.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    use std::os::unix::process::CommandExt;
    use std::path::Path;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    let needed =
        Path::new("/proc/driver/nvidia/version").exists() || !Path::new("/dev/dri").exists();
    if !needed || std::env::var_os(SWITCH).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // Comes back only when it failed, and then the window is tried as things are.
        let _ = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(SWITCH, "1")
            .exec();
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {}
