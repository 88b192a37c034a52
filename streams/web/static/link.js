// The stream from the worker: comes back by itself, and says when it is gone.

const SILENCE_MS = 5000; // a sample comes every second
const AGAIN_MS = 1500;

/** Listen. `on` has a function by the name of each event, `hello`, and `state` which is told "live" or "lost". */
export function connect(address, on) {
  let source = null;
  let heard = Date.now();
  let state = "connecting";
  let again = 0;

  function tell(next) {
    if (next === state) return;
    state = next;
    on.state(state);
  }
  function open() {
    clearTimeout(again);
    source?.close();
    source = new EventSource(address);
    for (const name of ["hello", "articles", "letters", "trends", "alerts", "samples"]) {
      source.addEventListener(name, (event) => {
        heard = Date.now();
        tell("live");
        on[name](JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      tell("lost");
      // After anything but a lost connection the browser gives up, and we do not.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    };
  }
  setInterval(() => {
    if (Date.now() - heard < SILENCE_MS) return;
    heard = Date.now();
    tell("lost");
    open();
  }, 1000);
  open();
}
