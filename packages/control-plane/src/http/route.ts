import type { Role } from "@holdpoint/core";
import type { Caller } from "../admin/administer";
import type { KeyHolder } from "../admin/api-keys";
import type { Services } from "./services";

/** Who may use a route: `any` key; `sdk` keys alone; `client`s that are governed; those who `read`; who `write`; who `admin`ister. */
export type Access = "any" | "sdk" | "client" | "read" | "write" | "admin";

export const accessRoles: Readonly<Record<Access, readonly Role[]>> = {
  any: ["sdk", "viewer", "developer", "admin", "owner"],
  sdk: ["sdk"],
  client: ["sdk", "developer", "admin", "owner"],
  read: ["viewer", "developer", "admin", "owner"],
  write: ["developer", "admin", "owner"],
  admin: ["admin", "owner"],
};

/** Who may end what only an admin ends. */
export const isAdmin = (role: Role): boolean => accessRoles.admin.includes(role);

/** A request to a route that needs no key. */
export interface PublicRequest {
  readonly services: Services;
  readonly now: Date;
}

/** A request of a known caller. */
export interface ApiRequest extends PublicRequest {
  readonly caller: Caller & KeyHolder & { readonly key: string };
  /** A parameter of the path, percent-decoded. */
  param(name: string): string;
  /** The declared parameters of the query; any other was refused. */
  readonly query: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  /** Aborted when the caller is gone. */
  signal(): AbortSignal;
  /** The JSON body, read and parsed within the limits; throws what the caller is told. */
  body(): Promise<unknown>;
}

interface RouteShape {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `:name` for parameters. */
  readonly path: string;
}

export interface PublicRoute extends RouteShape {
  readonly access: "public";
  handle(request: PublicRequest): Promise<Response> | Response;
}

export interface KeyRoute extends RouteShape {
  readonly access: Access;
  readonly query?: readonly string[];
  handle(request: ApiRequest): Promise<Response>;
}

export type Route = PublicRoute | KeyRoute;

export const apiPrefix = "/api/v1";
