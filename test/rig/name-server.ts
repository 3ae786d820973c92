import { createSocket } from 'node:dgram';
import { decode, encode, type Packet, type Question } from 'dns-packet';

/** What the rig's name server says of a name: addresses, or how it fails. */
export type NameBehaviour = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silent';

export interface NameServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** The questions that came, as `name type`, in order. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

const CODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;

/** A name server on loopback that speaks DNS over UDP (RFC 1035). A name that it does not have is NXDOMAIN. */
export async function startNameServer(names: Readonly<Record<string, NameBehaviour>>): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, { port, address }) => {
    const packet = decode(message);
    const question = packet.questions?.[0];
    if (!question) return;
    asked.push(`${question.name} ${question.type}`);
    const behaviour = names[question.name.toLowerCase()] ?? 'NXDOMAIN';
    if (behaviour !== 'silent') socket.send(encode(replyTo(packet, question, behaviour)), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        socket.close(resolve);
      }),
  };
}

function replyTo({ id }: Packet, question: Question, behaviour: Exclude<NameBehaviour, 'silent'>): Packet {
  const code = typeof behaviour === 'string' ? CODES[behaviour] : 0;
  const addresses = typeof behaviour === 'string' ? [] : behaviour;
  return {
    type: 'response',
    ...(id === undefined ? {} : { id }),
    flags: 0x0180 | code, // recursion is desired and available
    questions: [question],
    answers: addresses.map((data) => ({ type: 'A', name: question.name, ttl: 60, data })),
  };
}
