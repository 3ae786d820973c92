#!/usr/bin/env node
import { main } from '../dist/osimager.js';

process.exitCode = await main(process.argv.slice(2));
