// SPDX-License-Identifier: Apache-2.0
/** Plain text of a message, for the field text. Depends only on the package event. */
package io.github.datahose.connect.event.text;
