// SPDX-License-Identifier: Apache-2.0
/** What is released, judged from outside: see {@code docs/contributing/release.md}. */
package io.github.datahose.release;
