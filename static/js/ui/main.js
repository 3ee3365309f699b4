// The behaviour every screen shares. Everything listens on the document, so swapped-in content works without set-up.

import { startLengths } from "./fields/length.js";
import { startKeepFocus } from "./keyboard/keep-focus.js";
import { startListKeys } from "./keyboard/list-keys.js";
import { goToRefusal } from "./notices/refusal.js";
import { startToasts } from "./notices/toast.js";
import { startRequests } from "./server/requests.js";
import { startTheme } from "./theme.js";
import { startConfirm } from "./widgets/confirm.js";
import { startCopy } from "./widgets/copy.js";
import { startDialogs } from "./widgets/dialog.js";
import { startDisclosures } from "./widgets/disclosure.js";
import { startMenus } from "./widgets/menu.js";
import { startTabs } from "./widgets/tabs.js";

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
