// A worker: browsers slow down the timers and animation frames of hidden tabs, but not a worker's,
// and a camera goes on filming when nobody looks at its tab.
setInterval(() => postMessage(null), 33);
