/** The platform of the runtime that this build is for; builds for browsers and edge runtimes take `own-platform.web.ts`. */
export { createNodePlatform as createOwnPlatform } from "./node-platform";
