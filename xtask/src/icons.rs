//! `cargo xtask icons`: every icon that the app is shipped with, drawn from `icons/icon.svg`.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use anyhow::{Context, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::place;

/// The pictures that Linux uses, by name and size in pixels.
const PICTURES: &[(&str, u32)] =
    &[("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

/// The sizes inside `icon.ico`.
const WINDOWS: &[u32] = &[16, 20, 24, 32, 48, 64, 256];

/// The sizes inside `icon.icns`.
const MAC: &[u32] = &[16, 32, 64, 128, 256, 512, 1024];

/// How much of its square an icon fills on macOS, where all icons leave this margin.
const MAC_SHARE: f32 = 824.0 / 1024.0;

/// Draws all of them.
pub(crate) fn draw() -> Result<()> {
    let drawing = read()?;
    for (name, size) in PICTURES {
        write(name, &png(&paint(&drawing, *size, 1.0)?)?)?;
    }
    write("icon.ico", &ico(&drawing)?)?;
    write("icon.icns", &icns(&drawing)?)
}

fn folder() -> PathBuf {
    place::root().join("icons")
}

fn read() -> Result<Tree> {
    let path = folder().join("icon.svg");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Tree::from_str(&text, &Options::default()).context("icon.svg cannot be understood")
}

fn write(name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder().join(name);
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{} ({} bytes)", path.display(), bytes.len());
    Ok(())
}

/// A square picture: red, green, blue and opacity of each pixel, not multiplied.
struct Picture {
    size: u32,
    pixels: Vec<u8>,
}

/// The drawing as a square of `size` pixels, of which it fills `share` in each direction.
fn paint(drawing: &Tree, size: u32, share: f32) -> Result<Picture> {
    let mut canvas = Pixmap::new(size, size).context("a picture needs a size")?;
    #[expect(clippy::cast_precision_loss, reason = "sizes are at most 1024")]
    let edge = size as f32;
    let scale = edge * share / drawing.size().width();
    let margin = edge * (1.0 - share) / 2.0;
    let place = Transform::from_scale(scale, scale).post_translate(margin, margin);
    resvg::render(drawing, place, &mut canvas.as_mut());
    let pixels = canvas.pixels().iter().flat_map(|pixel| {
        let plain = pixel.demultiply();
        [plain.red(), plain.green(), plain.blue(), plain.alpha()]
    });
    Ok(Picture { size, pixels: pixels.collect() })
}

fn png(picture: &Picture) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.size, picture.size);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&picture.pixels)?;
    Ok(bytes)
}

fn ico(drawing: &Tree) -> Result<Vec<u8>> {
    let mut sizes = ico::IconDir::new(ico::ResourceType::Icon);
    for size in WINDOWS {
        let Picture { size, pixels } = paint(drawing, *size, 1.0)?;
        let image = ico::IconImage::from_rgba_data(size, size, pixels);
        sizes.add_entry(ico::IconDirEntry::encode(&image)?);
    }
    let mut bytes = Vec::new();
    sizes.write(&mut bytes)?;
    Ok(bytes)
}

fn icns(drawing: &Tree) -> Result<Vec<u8>> {
    let mut family = icns::IconFamily::new();
    for size in MAC {
        let Picture { size, pixels } = paint(drawing, *size, MAC_SHARE)?;
        family.add_icon(&icns::Image::from_data(icns::PixelFormat::RGBA, size, size, pixels)?)?;
    }
    let mut bytes = Cursor::new(Vec::new());
    family.write(&mut bytes)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: &str) -> Picture {
        let file = std::io::BufReader::new(fs::File::open(folder().join(name)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgba, "the bundler takes no other kind");
        Picture { size: info.width, pixels }
    }

    #[test]
    fn the_stored_pictures_are_what_the_drawing_draws() {
        let drawing = read().unwrap();
        for (name, size) in PICTURES {
            let (stored, drawn) = (stored(name), paint(&drawing, *size, 1.0).unwrap());
            assert_eq!(stored.size, *size, "{name}");
            let differs = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 2;
            let different =
                stored.pixels.iter().zip(&drawn.pixels).filter(|(a, b)| differs((a, b)));
            assert_eq!(different.count(), 0, "{name} is old: run `cargo xtask icons`");
        }
    }

    #[test]
    fn the_corners_are_clear_and_the_keyhole_is_not_white() {
        let picture = paint(&read().unwrap(), 16, 1.0).unwrap();
        let pixel = |x: usize, y: usize| &picture.pixels[(y * 16 + x) * 4..][..4];
        assert_eq!(pixel(0, 0)[3], 0, "the corners are round");
        assert!(pixel(8, 7)[0] < 0x80, "the keyhole shows the blue ground at 16 pixels");
        assert!(pixel(8, 3)[0] > 0xC0, "the bubble above it is white");
    }
}
