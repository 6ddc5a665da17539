export { createSpool as openSpool } from "./spool";
