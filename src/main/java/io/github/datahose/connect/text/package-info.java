// SPDX-License-Identifier: Apache-2.0
/** Sanitized text from servers and configurations. Independent of all other packages. */
package io.github.datahose.connect.text;
