// Columns of numbers that grow.

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
type Kind<T extends Numbers> = new (length: number) => T;

/** A column: what is pushed, in a typed array that doubles when it is full. */
export class Column<T extends Numbers> {
  private data: T;
  length = 0;

  constructor(private readonly kind: Kind<T>) {
    this.data = new kind(1024);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new this.kind(2 * this.length);
      larger.set(this.data as never);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }

  /** The values, at `order[i]` each, in an array that is as long as they are many. */
  inOrder(order: Uint32Array): T {
    const result = new this.kind(order.length);
    for (let i = 0; i < order.length; i++) result[i] = this.data[order[i] as number] as number;
    return result;
  }

  at(index: number): number {
    return this.data[index] as number;
  }
}

/** Numbers texts in the order in which they are first seen. */
export class Names {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}
