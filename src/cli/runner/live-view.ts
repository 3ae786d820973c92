import { createLogUpdate } from 'log-update';

/** A part of the terminal that is drawn again and again. */
export interface LiveView {
  draw(text: string): void;
  /** Leaves what is drawn and goes on below it. */
  done(): void;
}

/** Draws on a terminal. The cursor stays visible, as a program that is killed could not bring it back. */
export function openLiveView(stream: NodeJS.WriteStream): LiveView {
  const update = createLogUpdate(stream, { showCursor: true });
  return {
    draw: (text) => {
      update(text);
    },
    done: () => {
      update.done();
    },
  };
}
