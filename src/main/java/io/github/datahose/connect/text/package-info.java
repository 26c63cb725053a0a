// SPDX-License-Identifier: Apache-2.0
/** Text that somebody else wrote, made fit to be shown. Knows no other package. */
package io.github.datahose.connect.text;
