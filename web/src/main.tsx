import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import { App } from "./shell/app.tsx";
import { follow_history_and_links } from "./shell/route.ts";

follow_history_and_links();
const root = document.getElementById("app");
if (root) render(<App />, root);
