"use strict";
{% include "figures.js" %}
document.documentElement.classList.add("drawing");
show(JSON.parse(document.getElementById("figures").textContent));
