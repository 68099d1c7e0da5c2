import { compile } from '@inlang/paraglide-js';
import { messagesOptions } from './messages-options.mjs';

await compile(messagesOptions);
