"use strict";
const view = svgPanZoom("svg.delayed-graph", { fit: true, center: true, minZoom: 0.2, maxZoom: 40 });
const STEP = 60;
const KEYS = {
  ArrowLeft: () => view.panBy({ x: STEP, y: 0 }), ArrowRight: () => view.panBy({ x: -STEP, y: 0 }),
  ArrowUp: () => view.panBy({ x: 0, y: STEP }), ArrowDown: () => view.panBy({ x: 0, y: -STEP }),
  "+": () => view.zoomIn(), "=": () => view.zoomIn(), "-": () => view.zoomOut(),
  0: () => view.resize().fit().center(),
};
addEventListener("keydown", (event) => {
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
addEventListener("resize", KEYS[0]);
