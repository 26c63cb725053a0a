// SPDX-License-Identifier: Apache-2.0
/** Plain text of a message, for the field text. Knows the package event and nothing else. */
package io.github.datahose.connect.event.text;
