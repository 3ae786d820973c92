import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  {
    ignores: [
      'dist/',
      'out/',
      'node_modules/',
      '.osimager/',
      '.ci/venv/',
      'test/conformance/cases/',
      '*.cjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are what they look like.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
    },
  },
  {
    // Starts a bundle that has no types.
    files: ['bin/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // What is printed goes through cli/terminal.ts, which masks secrets.
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.object.name='console'], CallExpression[callee.property.name='write'][callee.object.object.name='process']",
          message: 'print through the terminal of cli/terminal.ts',
        },
      ],
    },
  },
  {
    // The core is pure: no clock, no randomness, no process (docs/architecture.md).
    files: [
      'src/{diagnostics,model,config,documents,layers,definitions,template,render,report}/**/*.ts',
      'src/tree/plan.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'console',
        'setTimeout',
        'setInterval',
        'performance',
        'fetch',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date']", message: 'no clock' },
      ],
    },
  },
);
