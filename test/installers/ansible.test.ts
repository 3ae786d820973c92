import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool, testWith, type Answer } from '../rig/tool.ts';

const PLAYBOOKS = ['config.yml', 'config-raw.yml'];

function taskFiles(folder: string): readonly string[] {
  const paths = readdirSync(join(folder, 'tasks'), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.yml'))
    .map((path) => `tasks/${path}`)
    .sort();
}

/** The playbooks in a folder of their own; files are laid over them. */
function copyPlaybooks(changed: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  for (const playbook of PLAYBOOKS) cpSync(`data/${playbook}`, join(folder, playbook));
  cpSync('data/tasks', join(folder, 'tasks'), { recursive: true });
  writeFiles(folder, changed);
  return folder;
}

/** Checks the playbooks and, through one that imports them, every file of tasks: what is included is not looked at. */
function checkSyntax(folder: string): Answer {
  const tasks = taskFiles(folder).map((path) => `    - ansible.builtin.import_tasks: ${path}\n`);
  writeFiles(folder, { 'all-tasks.yml': `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}` });
  const args = ['--syntax-check', '--inventory', 'localhost,', ...PLAYBOOKS, 'all-tasks.yml'];
  return runTool('ansible-playbook', args, { cwd: folder });
}

function lint(folder: string): Answer {
  const args = ['--offline', '--strict', '--nocolor', '-q', ...PLAYBOOKS, ...taskFiles(folder)];
  return runTool('ansible-lint', args, { cwd: folder });
}

testWith(test, ['ansible-playbook'], 'playbooks and tasks are what ansible-playbook takes', () => {
  const folder = copyPlaybooks();
  process.stdout.write(`${PLAYBOOKS.length} playbooks, ${taskFiles(folder).length} files of tasks\n`);
  const { status, text } = checkSyntax(folder);
  const said = text.split('\n').filter((line) => line !== '' && !line.startsWith('playbook: '));
  assert.equal({ status, said }, { status: 0, said: [] });
});

testWith(test, ['ansible-playbook'], 'tasks with a slip are refused', () => {
  const folder = copyPlaybooks({
    'tasks/spec.yml': '- name: Slip\n  community.general.apkk:\n    name: sudo\n',
  });
  const { status, text } = checkSyntax(folder);
  assert.is.not(status, 0);
  assert.match(text, /couldn't resolve module\/action 'community\.general\.apkk'/);
});

testWith(test, ['ansible-lint'], 'playbooks and tasks are what ansible-lint takes, at its strictest', () => {
  assert.equal(lint(copyPlaybooks()), { status: 0, text: '' });
});

testWith(test, ['ansible-lint'], 'a careless task is refused by ansible-lint', () => {
  const { status, text } = lint(copyPlaybooks({ 'tasks/spec.yml': '- shell: echo $HOME\n' }));
  assert.is.not(status, 0);
  assert.match(text, 'fqcn');
  assert.match(text, 'no-changed-when');
});

test.run();
