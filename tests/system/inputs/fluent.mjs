// node fluent.mjs PORT FIRST LAST OPTIONS: sends numbered orders with fluent-logger, and ends when all are acknowledged
// (with requireAckResponse) or written.
import fluent from "fluent-logger";

const [port, first, last, options] = process.argv
    .slice(2)
    .map((word, at) => (at < 3 ? Number(word) : word));
const sender = fluent.createFluentSender("shop.api", {
    host: "127.0.0.1",
    port,
    timeout: 3,
    reconnectInterval: 200,
    flushInterval: 20,
    ackResponseTimeout: 2000,
    ...JSON.parse(options),
});
sender.on("error", (error) => console.error(String(error)));
const sent = [];
for (let n = first; n <= last; n++) {
    const record = {
        n,
        order_id: `ORD-${n}`,
        level: "WARN",
        message: `Заказ ${n}`,
        more: { a: [1, null, 2.5] },
    };
    sent.push(
        new Promise((done) => {
            sender.emit("orders", record, new Date(1795546689000 + n), done);
        }),
    );
}
await Promise.all(sent);
sender.end();
