// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { App } from "./app";
import { applyTheme, startLanguage } from "./choices";
import "./style/console.css";

applyTheme();
startLanguage().finally(() => {
  const root = document.getElementById("console");
  if (root) render(<App />, root);
});
