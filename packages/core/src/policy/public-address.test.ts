import { describe, expect, it } from "vitest";
import { isEndpointUrl } from "./decode-values";
import { isPublicAddress } from "./public-address";

describe("an address that was looked up", () => {
  it.each([
    "8.8.8.8",
    "1.1.1.1",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
    "3ffe::1",
    "192.88.98.1",
    "172.32.0.1",
    "192.169.0.1",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "192.0.2.1",
    "0.0.0.0",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:0:53aa:64c::1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "100:0:0:1::1",
    "192.88.99.1",
    "3fff:abc::1",
    "5f00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "example.com",
    "",
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("an endpoint", () => {
  it.each([
    ["https://policy.example.com/check?x=1", true],
    ["https://8.8.8.8:8443/", true],
    ["http://policy.example.com/", false],
    ["https://user@policy.example.com/", false],
    ["https://127.0.0.1/", false],
    ["https://0x7f.1/", false],
    ["https://[::1]/", false],
    ["https://localhost/", false],
    ["https://a.internal/", false],
    ["https://policy.example.com\\@127.0.0.1/", false],
    ["https://pol\u0131cy.example.com/", false],
  ])("%s: %s", (url, good) => expect(isEndpointUrl(url)).toBe(good));
});
