// What the tests ask of an open page. Each function gives plain data: what is wrong, in words, or what is there.

const named = (element) => {
  const kind = [element.localName, ...element.classList].join(".");
  return `${kind} ${JSON.stringify(element.textContent.trim().replace(/\s+/g, " ").slice(0, 60))}`;
};

const shown = (element) =>
  element.checkVisibility({ contentVisibilityAuto: false, opacityProperty: true, visibilityProperty: true }) &&
  element.getClientRects().length > 0;

const unfold = () => document.querySelectorAll("details").forEach((one) => { one.open = true; });

// Colours as [red, green, blue, alpha], the first three in 0..255.
const parsed = (text) => {
  const srgb = /^color\(srgb ([^)]*)\)$/.exec(text);
  const numbers = (srgb ? srgb[1] : text).match(/[\d.]+(e-?\d+)?/g).map(Number);
  const [red, green, blue, alpha = 1] = numbers;
  return srgb ? [red * 255, green * 255, blue * 255, alpha] : [red, green, blue, alpha];
};

const over = (front, back) =>
  [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);

const luminance = (colour) => {
  const [red, green, blue] = colour.slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((first, second) => second - first);
  return (light + 0.05) / (dark + 0.05);
};

// The colours that an HTML element paints behind its own text, on what is behind it; several where it paints a gradient.
const grounds = (element) => {
  if (element === null) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    return [dark ? [18, 18, 18, 1] : [255, 255, 255, 1]];
  }
  const style = getComputedStyle(element);
  const own = parsed(style.backgroundColor);
  const steps = style.backgroundImage.match(/(rgba?|color)\([^)]*\)/g) ?? [];
  const fronts = steps.length > 0 ? steps.map(parsed) : [own];
  if (fronts.every((front) => front[3] === 1)) return fronts;
  return grounds(element.parentElement).flatMap((back) => fronts.map((front) => over(front, over(own, back))));
};

const faded = (colour, element, end) => {
  let alpha = colour[3];
  for (let one = element; one !== null && one !== end; one = one.parentElement) {
    alpha *= Number(getComputedStyle(one).opacity);
  }
  return [...colour.slice(0, 3), alpha];
};

const holds = (shape, x, y) => {
  const box = shape.getBoundingClientRect();
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
};

// The colour behind a text in a picture: that of the shapes drawn before it that are under its middle.
const groundOfDrawn = (text) => {
  const picture = text.ownerSVGElement;
  const box = text.getBoundingClientRect();
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  let [ground] = grounds(picture);
  for (const shape of picture.querySelectorAll("rect, circle, ellipse, polygon")) {
    const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
    const { fill, fillOpacity } = getComputedStyle(shape);
    if (!before || !/^(rgb|color)/.test(fill) || !holds(shape, x, y)) continue;
    const colour = parsed(fill);
    colour[3] *= Number(fillOpacity);
    ground = over(faded(colour, shape, picture), ground);
  }
  return ground;
};

// Texts whose colour is too near to what is behind them: each as a sentence. Everything is unfolded first.
const paleTexts = (least) => {
  unfold();
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    if (element.closest("script, style, title, desc")) continue;
    const drawn = element.closest("svg") !== null;
    const style = getComputedStyle(element);
    const colour = faded(parsed(drawn ? style.fill : style.color), element, null);
    for (const ground of drawn ? [groundOfDrawn(element)] : grounds(element)) {
      const ratio = contrast(over(colour, ground), ground);
      if (ratio < least) {
        found.add(`${ratio.toFixed(2)} ${named(element)} ${colour.map(Math.round)} on ${ground.map(Math.round)}`);
      }
    }
  }
  return [...found];
};

// What the page has that a keyboard has to reach.
const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
const reachable = () => [...document.querySelectorAll(REACHABLE)].filter((one) => shown(one) && !one.disabled);

const mark = () => {
  unfold();
  reachable().forEach((one, number) => one.setAttribute("data-stop", number));
  return reachable().map(named);
};

// Where the focus is: the number of the stop (null for one that isn't marked), and what can't be seen of it.
const focus = () => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const style = getComputedStyle(one);
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const box = one.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const stop = one.getAttribute("data-stop");
  return { stop: stop === null ? null : Number(stop), name: named(one), ringed, inside };
};

// How far the page goes beyond the screen to the right, and which elements do so.
const wider = () => {
  const width = document.documentElement.clientWidth;
  const beyond = document.scrollingElement.scrollWidth - width;
  if (beyond <= 0) return [];
  const scrolled = (one) => one !== null && (getComputedStyle(one).overflowX !== "visible" || scrolled(one.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > width + 1 && !scrolled(one.parentElement))
    .map((one) => `${named(one)} ends at ${Math.round(one.getBoundingClientRect().right)} of ${width}`)
    .concat(`the page is ${beyond} px wider than the screen`);
};

// What would be cut on paper: what ends beyond the page, and what would have to be scrolled there.
const cut = () => {
  const scrolled = [...document.body.querySelectorAll("*")].filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one);
    const clipping = overflowX !== "visible" || overflowY !== "visible";
    return shown(one) && clipping && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
  });
  return [...wider(), ...scrolled.map((one) => `${named(one)} would have to be scrolled`)];
};

// How far down each block of text begins, in the order of the document.
const tops = () =>
  [...document.body.querySelectorAll("h1, h2, h3, p, li, pre, tr, summary")]
    .filter(shown)
    .map((one) => one.getBoundingClientRect().top + scrollY);
