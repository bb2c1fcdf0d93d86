"use strict";
const data = JSON.parse(document.getElementById("steps").textContent);
const slider = document.getElementById("slider");
const number = document.getElementById("number");
const show = (id, text) => { document.getElementById(id).textContent = text; };
const percent = (part, all) => (all === 0 ? "-" : (100 * part / all).toFixed(2));
function update(threshold) {
  const above = data.steps.filter(step => step[0] >= threshold).pop() || [1, 0, 0];
  const tp = above[1], fp = above[2], fn = data.abnormal - tp, tn = data.normal - fp;
  show("tp", tp); show("fp", fp); show("fn", fn); show("tn", tn);
  show("sensitivity", percent(tp, tp + fn));
  show("specificity", percent(tn, tn + fp));
  show("precision", percent(tp, tp + fp));
  show("f1", percent(2 * tp, 2 * tp + fp + fn));
}
function choose(text) {
  const threshold = Math.min(1, Math.max(0, parseFloat(text)));
  if (Number.isFinite(threshold)) {
    slider.value = threshold;
    update(threshold);
  }
}
slider.addEventListener("input", () => { number.value = slider.valueAsNumber.toFixed(4); update(slider.valueAsNumber); });
number.addEventListener("input", () => choose(number.value));
document.getElementById("reset").addEventListener("click", event => {
  number.value = event.target.value;
  choose(event.target.value);
});
document.getElementById("derived").hidden = false;
choose(number.value);
