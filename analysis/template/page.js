"use strict";
// Figures are drawn when the library, packed once in this page, has been unpacked. Nothing is fetched from anywhere.
(async () => {
  document.querySelectorAll("figcaption").forEach((caption, i) => {
    const number = document.createElement("span");
    number.className = "number";
    number.textContent = "Figure " + (i + 1) + ". ";
    caption.prepend(number);
  });
  const list = document.createElement("ol");
  document.querySelectorAll("main h2").forEach((head, i) => {
    head.id = head.id || "part-" + i;
    const link = document.createElement("a");
    link.href = "#" + head.id;
    link.textContent = [...head.childNodes].filter(n => n.nodeType === 3 || !n.classList.contains("anchor-link")).map(n => n.textContent).join("");
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  });
  document.querySelector(".contents").append(list);

  const plots = [...document.querySelectorAll(".plot")];
  if (!plots.length) { document.documentElement.dataset.ready = "yes"; return; }
  const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);

  const colours = () => {
    const css = getComputedStyle(document.documentElement);
    const [ink, grid] = ["--ink", "--grid"].map(name => css.getPropertyValue(name).trim());
    return {"font.color": ink, "xaxis.gridcolor": grid, "yaxis.gridcolor": grid, "xaxis.zerolinecolor": ink, "yaxis.zerolinecolor": ink};
  };
  const open = (figure, key) => {
    const all = figure.querySelector("details.evidence");
    if (!all) return;
    const hit = [...all.querySelectorAll("details[data-key]")].find(d => d.dataset.key === key);
    all.open = true;
    if (hit) { hit.open = true; hit.querySelector("summary").focus(); hit.scrollIntoView({block: "nearest"}); }
  };
  for (const plot of plots) {
    const spec = JSON.parse(plot.querySelector("script").textContent);
    plot.replaceChildren();
    await Plotly.newPlot(plot, spec.data, spec.layout, {responsive: true, displayModeBar: false});
    await Plotly.relayout(plot, colours());
    plot.on("plotly_click", event => {
      const point = event.points[0];
      open(plot.closest("figure"), String(point.customdata === undefined ? point.y : point.customdata));
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(p => Plotly.relayout(p, colours())));
  document.documentElement.dataset.ready = "yes";
})();
