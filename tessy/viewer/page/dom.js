/** The element with an id. */
const byId = (id) => document.getElementById(id);

/** Make an element. Children that are strings become text, whatever they hold: nothing here ever parses HTML. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Let the browser draw and take input before work goes on. */
function rest() {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}

/** How long work may go on without a rest, in milliseconds: within a frame. */
const SLICE = 8;

/** Write a number as English does. */
const figures = (number) => number.toLocaleString("en");

/** "1 row", "2 rows". */
const counted = (number, noun, plural = `${noun}s`) => `${figures(number)} ${number === 1 ? noun : plural}`;
