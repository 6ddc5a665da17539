// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "9c61195c65fee3000e688ebb9f539a285d479056f600045fde20aa66adb0ee3a";
