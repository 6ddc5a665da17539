import type { Counter } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { createReservationBook } from "./reservation-book";

const counter = (scopeId: string): Counter => ({
  key: `cost|agent|${scopeId}|1d|2026-01-01T00:00:00.000Z`,
  ...{ metric: "cost", scope: "agent", scopeId, window: "1d", start: "2026-01-01T00:00:00.000Z" },
});

function createBook(capacity = 10) {
  const sums = new Map<string, number>();
  const add = ({ scopeId }: Counter, amount: number): void => void sums.set(scopeId, (sums.get(scopeId) ?? 0) + amount);
  return { sums, book: createReservationBook(add, capacity) };
}

describe("a book of reservations", () => {
  it("settles a counter that is charged twice in one step once", () => {
    const { sums, book } = createBook();
    const id = book.reserve([
      { counter: counter("a"), amount: 5 },
      { counter: counter("a"), amount: 7 },
    ]);
    expect(sums.get("a")).toBe(12);
    book.settle(id, 3);
    expect(sums.get("a")).toBe(3);
  });

  it("adds further steps to a reservation, and gives back all of it", () => {
    const { sums, book } = createBook();
    const charges = [{ counter: counter("a"), amount: 5 }];
    const id = book.reserve(charges);
    charges.length = 0;
    expect(
      book.reserve(
        [
          { counter: counter("a"), amount: 2 },
          { counter: counter("b"), amount: 1 },
        ],
        id,
      ),
    ).toBe(id);
    book.release(id);
    expect([sums.get("a"), sums.get("b"), book.size()]).toEqual([0, 0, 0]);
  });

  it("forgets the oldest beyond its capacity: their estimates stand", () => {
    const { sums, book } = createBook(1);
    const first = book.reserve([{ counter: counter("a"), amount: 5 }]);
    book.reserve([{ counter: counter("b"), amount: 1 }]);
    book.release(first);
    expect([sums.get("a"), book.size()]).toEqual([5, 1]);
  });
});
