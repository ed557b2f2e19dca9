// SPDX-License-Identifier: Apache-2.0
// Nodes of several authorities on this machine, each with its users and its console.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

export const PASSWORD = "correct horse battery";
export type Role = "analyst" | "officer" | "supervisor" | "auditor";

export interface Node {
  code: string;
  home: string;
  key: string;
  console: string;
  process?: ChildProcess;
  users: { [name: string]: Role };
}

export interface Wanted {
  code: string;
  name: string;
  kind: string;
  users: { [name: string]: Role };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export class Nodes {
  readonly list: Node[] = [];
  constructor(
    readonly palermo: string,
    readonly dir: string,
  ) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "password"), `${PASSWORD}\n`);
  }

  run(node: Node, ...words: string[]): string {
    return execFileSync(this.palermo, words, {
      cwd: this.dir,
      encoding: "utf-8",
      env: { ...process.env, PALERMO_HOME: node.home, PALERMO_KEY_FILE: node.key },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async make(wanted: Wanted): Promise<Node> {
    const home = join(this.dir, wanted.code);
    const node: Node = {
      code: wanted.code,
      home,
      key: `${home}.key`,
      console: "",
      users: wanted.users,
    };
    const address = `127.0.0.1:${await freePort()}`;
    this.run(
      node,
      "init",
      "--code",
      wanted.code,
      "--name",
      wanted.name,
      "--kind",
      wanted.kind,
      "--address",
      address,
      "--contact",
      "duty desk",
      "--key-file",
      node.key,
    );
    writeFileSync(`${home}.party.json`, this.run(node, "authority", "--json"));
    for (const [user, role] of Object.entries(wanted.users)) {
      this.run(node, "user", "add", user, "--role", role, "--passphrase-file", "password");
    }
    this.list.push(node);
    return node;
  }

  /** Serves peers and the console; resolves when both are there. */
  async serve(node: Node): Promise<void> {
    const child = spawn(
      this.palermo,
      ["serve", "--lookups", "--api", "127.0.0.1:0", "--deliver-every", "1"],
      {
        cwd: this.dir,
        env: { ...process.env, PALERMO_HOME: node.home, PALERMO_KEY_FILE: node.key },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    node.process = child;
    let said = "";
    node.console = await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${node.code} does not serve: ${said}`)),
        120_000,
      );
      const look = (chunk: Buffer) => {
        said += chunk.toString();
        const found = /API is at (http:\/\/\S+)/.exec(said);
        if (found?.[1]) {
          clearTimeout(timer);
          resolve(found[1]);
        }
      };
      child.stdout?.on("data", look);
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      child.on("exit", () => reject(new Error(`${node.code} ended: ${said}`)));
    });
  }

  stop(): void {
    for (const node of this.list) node.process?.kill("SIGTERM");
  }
}
