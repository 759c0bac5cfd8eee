"use strict";
// Figures are drawn when the library, packed once in this page, has been unpacked. Nothing is fetched from anywhere.
(async () => {
  const root = document.documentElement, night = matchMedia("(prefers-color-scheme: dark)");
  root.classList.toggle("dark", night.matches);
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

  document.querySelectorAll("details.table").forEach(fold => fold.addEventListener("toggle", () => {
    const held = fold.querySelector("template");  // a long table is made when it is opened
    if (held) held.replaceWith(document.importNode(held.content, true));
  }));

  const plots = [...document.querySelectorAll(".plot")], rest = () => new Promise(done => setTimeout(done));
  if (!plots.length) { root.dataset.ready = "yes"; return; }
  await rest();
  const text = atob(document.getElementById("plotly").textContent), packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");  // from a blob, so that it is compiled beside the page
  script.src = URL.createObjectURL(new Blob([await new Response(stream).blob()], {type: "text/javascript"}));
  await new Promise((done, fail) => { script.onload = done; script.onerror = fail; document.head.append(script); });

  const colours = () => {
    const css = getComputedStyle(root), ink = css.getPropertyValue("--ink").trim(), grid = css.getPropertyValue("--grid").trim();
    return {"font.color": ink, "xaxis.gridcolor": grid, "yaxis.gridcolor": grid, "xaxis.zerolinecolor": ink, "yaxis.zerolinecolor": ink};
  };
  const set = (layout, path, value) => { const [a, b] = path.split("."); (layout[a] = layout[a] || {})[b] = value; };
  const cut = (label, most, end = 0) => {
    const signs = String(label).match(/&#?\w+;|./gsu) || [];  // an escaped sign counts as one
    return signs.length > most ? signs.slice(0, most - 1 - end).join("") + "…" + signs.slice(signs.length - end).join("") : String(label);
  };
  const cutApart = (names, most) => {  // in the middle where their starts are the same
    const short = names.map(n => cut(n, most));
    return new Set(short).size === new Set(names).size ? short : names.map(n => cut(n, most, most >> 1));
  };
  const narrow = ({data, layout}) => {  // a phone: short labels, small type, no scale beside the figure
    set(layout, "font.size", 11);
    if (layout.showlegend) layout.height += 12 * Math.max(0, data.filter(t => t.name).length - 2);  // a line each
    layout.legend = {...layout.legend, x: 1, xanchor: "right"};
    for (const side of ["x", "y"]) {
      const axis = layout[side + "axis"] = layout[side + "axis"] || {}, most = side === "x" ? 12 : 17;
      if (axis.title && axis.title.text) axis.title.text = axis.title.text.replace(/^(?=.{30})(.{12,26}) /, "$1<br>");
      const names = axis.ticktext || [...new Set(data.flatMap(t => [...(Array.isArray(t[side]) ? t[side] : [])]))];
      if (!names.length || typeof names[0] !== "string" || names.every(n => n.length <= most)) continue;
      Object.assign(axis, {tickmode: "array", tickvals: axis.tickvals || names, ticktext: cutApart(names, most)});
    }
    for (const trace of data) {
      if (trace.type === "heatmap") {
        trace.showscale = false;
        const longest = Math.min(12, Math.max(...trace.x.map(n => n.length)));
        if (trace.x.length * longest > 30) {
          layout.height += layout.xaxis.tickangle ? 0 : 6 * longest;
          layout.xaxis.tickangle = -90;
        }
        if (trace.x.length * Math.max(...trace.text.flat().map(t => t.length)) > 30) trace.texttemplate = "";
      }
      if (layout.xaxis.visible === false && trace.text) trace.text = trace.text.map(t => cut(t, 13));
    }
    if (layout.xaxis.visible === false) layout.xaxis.range = [-2.6, 2.6];
    const words = data.filter(t => t.mode === "markers+text" && layout.xaxis.range && layout.yaxis.range && layout.xaxis.visible !== false);
    const place = (value, {range: [a, b], type}) => ((type === "log" ? Math.log10(value) : value) - a) / (b - a), held = [];
    for (const [t, i] of words.flatMap(t => t.text.map((_, i) => [t, i])).sort(([t, i], [u, j]) => t.ids[i] - u.ids[j])) {
      const x = 280 * place(t.x[i], layout.xaxis), y = 440 * place(t.y[i], layout.yaxis), wide = 3 * t.text[i].length;
      if (x < wide || x > 280 - wide || held.some(([a, b, w]) => Math.abs(x - a) < wide + w && Math.abs(y - b) < 14)) t.text[i] = "";
      else if (wide) held.push([x, y, wide]);
    }
  };
  const open = (figure, key) => {
    const all = figure.querySelector("details.evidence");
    if (!all) return;
    const hit = [...all.querySelectorAll("details[data-key]")].find(d => d.dataset.key === key);
    all.open = true;
    if (!hit) { all.querySelector("[role=status]").textContent = "Nothing is listed for " + key + "."; return; }
    all.querySelectorAll("details[open]").forEach(d => { d.open = d === hit; });
    hit.open = true;
    hit.querySelector("summary").focus({preventScroll: true});
    hit.scrollIntoView({block: "nearest"});
  };
  const listen = (plot, figure) => {  // arrow keys go from point to point, Enter opens what is behind one
    const told = document.createElement("p"), points = [];
    let at = -1;
    told.className = "told";
    told.setAttribute("role", "status");
    plot.after(told);
    plot.tabIndex = 0;
    plot.data.forEach((trace, curveNumber) => {
      const seen = new Set(), texts = trace.hovertext, cells = trace.type === "heatmap";
      (trace.customdata || []).forEach((held, i) => (cells ? held : [held]).forEach((key, j) => {
        if (!key || seen.has(key)) return;
        seen.add(key);
        const text = cells ? texts[i][j] : Array.isArray(texts) ? texts[i] : texts;
        points.push({key, text, spot: cells ? {xval: j, yval: i} : {curveNumber, pointNumber: i}});
      }));
    });
    plot.addEventListener("keydown", event => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (!(step || event.key === "Enter" && at >= 0) || !points.length) return;
      event.preventDefault();
      if (!step) { open(figure, points[at].key); return; }
      at = (Math.max(at, step < 0 ? 0 : -1) + step + points.length) % points.length;
      Plotly.Fx.hover(plot, [points[at].spot]);
      told.textContent = points[at].text.replaceAll("<br>", ", ").replace(/&(lt|gt|amp);/g, (_, n) => ({lt: "<", gt: ">", amp: "&"})[n]);
    });
    plot.addEventListener("blur", () => Plotly.Fx.unhover(plot));
  };
  for (const plot of plots) {
    const spec = JSON.parse(plot.querySelector("script").textContent);
    plot.replaceChildren();
    Object.entries(colours()).forEach(([path, value]) => set(spec.layout, path, value));
    if (plot.clientWidth < 500) narrow(spec);
    plot.style.height = spec.layout.height + "px";
    await Plotly.newPlot(plot, spec.data, spec.layout, {responsive: true, displayModeBar: false});
    plot.on("plotly_click", ({points: [point]}) => {
      const held = point.customdata === undefined ? point.y : point.customdata;
      open(plot.closest("figure"), String(held));
    });
    if (plot.closest("figure").querySelector("details.evidence")) listen(plot, plot.closest("figure"));
    if (!root.dataset.first) root.dataset.first = Math.round(performance.now());
    await rest();
  }
  night.addEventListener("change", () => {
    root.classList.toggle("dark", night.matches);
    plots.forEach(plot => Plotly.relayout(plot, colours()));
  });
  root.dataset.drawn = Math.round(performance.now());
  root.dataset.ready = "yes";
})();
