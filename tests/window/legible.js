// Every piece of text in view whose contrast with what is behind it is below the WCAG's AA: 4.5 to
// 1, or 3 to 1 for large text. Colours are read back from a canvas, whatever way they were written.
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const paint = canvas.getContext('2d', { willReadFrequently: true });

const luminance = () => {
  const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const fill = (color) => {
  paint.fillStyle = color;
  paint.fillRect(0, 0, 1, 1);
};

const line = (element) => {
  const up = [];
  for (let at = element; at; at = at.parentElement) up.push(at);
  return up;
};

const isCovered = (element) => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !top || !(element.contains(top) || top.contains(element));
};

const isSkipped = (element, ancestors) =>
  !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) ||
  ancestors.some(
    (it) =>
      // The text of a PDF lies unseen over the picture of its page, to be selected and read aloud.
      it.matches('[inert], [aria-hidden=true], :disabled, [aria-disabled=true], .pdf-text') ||
      Number(getComputedStyle(it).opacity) < 1,
  ) ||
  isCovered(element);

const poor = [];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const fields = 'input:not([type=checkbox], [type=radio]), textarea';
const elements = new Set(document.querySelectorAll(fields));
while (texts.nextNode()) {
  if (texts.currentNode.data.trim()) elements.add(texts.currentNode.parentElement);
}
for (const element of elements) {
  const ancestors = line(element);
  if (isSkipped(element, ancestors)) continue;
  fill('white');
  for (const it of ancestors.toReversed()) fill(getComputedStyle(it).backgroundColor);
  const behind = luminance();
  const style = getComputedStyle(element);
  fill(style.color);
  const text = luminance();
  const ratio = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (isLarge ? 3 : 4.5)) {
    const words = (element.value ?? element.textContent).trim().slice(0, 40);
    poor.push(`${element.tagName.toLowerCase()} "${words}" ${ratio.toFixed(2)}`);
  }
}
return { poor, looked: elements.size };
