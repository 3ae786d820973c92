import { defineConfig } from 'osimager';

// This repository is itself a workspace: `out/` is committed, so that every change of output is reviewed.
export default defineConfig({
  data_dir: 'data',
  matrix: 'data/matrix.toml',
  out_dir: 'out',
  // The hosts are examples, and the tree must be the same with and without a network.
  offline: true,
});
