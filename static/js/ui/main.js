// The behaviour every screen shares. Everything listens on the document, so swapped-in content works without set-up.
import { startConfirm } from "./confirm.js";
import { startCopy } from "./copy.js";
import { startDialogs } from "./dialog.js";
import { startDisclosures } from "./disclosure.js";
import { startKeepFocus } from "./keep-focus.js";
import { startLengths } from "./length.js";
import { startListKeys } from "./list-keys.js";
import { startMenus } from "./menu.js";
import { goToRefusal } from "./refusal.js";
import { startRequests } from "./requests.js";
import { startTabs } from "./tabs.js";
import { startTheme } from "./theme.js";
import { startToasts } from "./toast.js";

startTheme();
startKeepFocus();
startMenus();
startDialogs();
startConfirm();
startTabs();
startDisclosures();
startCopy();
startToasts();
startRequests();
startListKeys();
startLengths();
goToRefusal();
