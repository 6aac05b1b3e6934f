/** Maps with a pool that runs one input at a time: so many under way, results in order. */
export function mapWith(call, inFlight) {
  return (inputs) =>
    new Promise((resolve, reject) => {
      const results = new Array(inputs.length).fill(undefined);
      let next = 0;
      let nDone = 0;
      const start = (place) => {
        call(inputs[place]).then((result) => {
          results[place] = result;
          nDone++;
          if (next < inputs.length) start(next++);
          else if (nDone === inputs.length) resolve(results);
        }, reject);
      };
      while (next < Math.min(inFlight, inputs.length)) start(next++);
    });
}
