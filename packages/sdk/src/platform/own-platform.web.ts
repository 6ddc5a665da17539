/** Stands for `own-platform.ts` in builds for browsers and edge runtimes. */
export { createWebPlatform as createOwnPlatform } from "./web-platform";
