import type { Language } from "../auth/viewer.ts";

const zh = {
  program: "贯通：职业教育学分银行、贯通培养与学分互认服务",
  helpHint: "退出码：0 正常；1 有问题；2 用法错误；3 环境、设置或数据库错误；4 端口被占用。",
  json: "以 JSON 输出",
  serve: "启动服务：升级数据库，首次启动时填入包头示例数据",
  migrate: "把数据库升级到最新结构",
  migrated: "数据库已是最新结构。",
  seed: "填入包头示例数据（只能填入空数据库）",
  seeded: "示例数据已填入。",
  seedPresent: "数据库中已有数据，未作改动。",
  token: "为示例用户签发开发令牌；配置了正式的身份提供方（OIDC_ISSUER）时拒绝",
  tokenAs: "示例用户的登录名",
  backup: "把整个数据库备份到一个文件（需在任何时候都可运行；逐表导出，带行数与校验值）",
  backupFile: "备份文件",
  backedUp: "已备份 {rows} 行（{tables} 个表）到 {file}。",
  backedUpKeys: "备份不含密钥文件 {keysFile}：没有它，备份中加密的内容无法读取。请另行妥善保存，不要与备份放在一起。",
  restore: "把备份恢复到空数据库，并核对行数与校验值",
  restored: "已从 {file} 恢复 {rows} 行（{tables} 个表），核对无误。",
  keys: "加密密钥（存放在数据库之外的密钥文件中）；从不显示密钥本身",
  keysCreate: "在 GUANTONG_KEYS_FILE 处新建密钥文件；已有时拒绝。使用自己的数据库时只做一次，再复制到每台机器",
  keysCreated: "已新建密钥文件 {file}。请另行保存一份；丢失后，加密的数据无法恢复。",
  keysPresent: "{file} 已存在，未作改动。",
  keysList: "列出密钥的编号、生成时间与启用时间",
  keysListed: "{id}  生成于 {createdAt}  自 {activeFrom} 起用于加密",
  keysRotate: "新增一个密钥；旧密钥保留，用于读取",
  keysAfter: "多少小时后启用；在此之前，把文件复制到每台机器并重启每个进程",
  keysRotated:
    "已新增密钥 {id}，自 {activeFrom} 起用于加密。在此之前，请把 {file} 复制到每台机器，重启每个进程，并更新另存的副本。",
  listening: "贯通已启动：{url}",
  dataLies: "数据位置：{place}",
  embeddedAt: "{directory}（内置 PostgreSQL，{port} 端口）",
  signIn: "示例用户（在首页直接选择登录；或取令牌：npm run -s guantong -- token --as 登录名）：",
  stopHint: "按 Ctrl-C 停止。",
  stopping: "正在停止……",
  stopped: "已停止。",
  seeding: "首次启动：正在填入示例数据……",
};

const en: typeof zh = {
  program: "Guantong: credit bank, pathway articulation and mutual credit recognition for vocational education",
  helpHint: "Exit codes: 0 fine; 1 problems; 2 wrong usage; 3 machine, settings or database; 4 the port is taken.",
  json: "print JSON",
  serve: "start the service: migrates the database, and fills it with Baotou's demonstration data on the first start",
  migrate: "bring the database to the newest schema",
  migrated: "The database has the newest schema.",
  seed: "fill in Baotou's demonstration data (into an empty database only)",
  seeded: "The demonstration data is in.",
  seedPresent: "The database holds data already; nothing was changed.",
  token: "print a development token for a demo user; refuses when a real issuer (OIDC_ISSUER) is configured",
  tokenAs: "login of the demo user",
  backup: "back the whole database up to one file, at any time: table by table, with row counts and checksums",
  backupFile: "the back-up file",
  backedUp: "Backed up {rows} rows of {tables} tables to {file}.",
  backedUpKeys:
    "The back-up does not hold the keys file {keysFile}: without it, what is encrypted in the back-up cannot be read. Keep a copy of it safe, and apart from the back-up.",
  restore: "restore a back-up into an empty database and check row counts and checksums",
  restored: "Restored {rows} rows of {tables} tables from {file}; all checks agree.",
  keys: "keys of encryption, in a file outside the database; never shows one",
  keysCreate:
    "make the keys file at GUANTONG_KEYS_FILE; refuses where there is one. Once for a database of your own; then copy it to every machine",
  keysCreated: "Made the keys file {file}. Keep a copy apart: without it, encrypted data is lost for good.",
  keysPresent: "{file} is there already; nothing was changed.",
  keysList: "list ids, when made and from when on in use",
  keysListed: "{id}  made {createdAt}  writes from {activeFrom}",
  keysRotate: "add a key; old ones stay for reading",
  keysAfter: "hours until it is written with; by then copy the file to every machine and restart every process",
  keysRotated:
    "Added the key {id}; it is written with from {activeFrom}. By then copy {file} to every machine, restart every process, and renew the copy you keep apart.",
  listening: "Guantong listens at {url}",
  dataLies: "Data: {place}",
  embeddedAt: "{directory} (embedded PostgreSQL, port {port})",
  signIn: "Demo users (choose one on the first page, or get a token: npm run -s guantong -- token --as LOGIN):",
  stopHint: "Ctrl-C stops it.",
  stopping: "Stopping ...",
  stopped: "Stopped.",
  seeding: "First start: filling in the demonstration data ...",
};

/** What the command line says besides problems. */
export function commandTexts(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
