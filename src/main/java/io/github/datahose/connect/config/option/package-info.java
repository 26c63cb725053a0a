// SPDX-License-Identifier: Apache-2.0
/**
 * The options, a line each, with the rule that its value must follow. Knows nothing of other
 * options' values; checks across options are in config.
 */
package io.github.datahose.connect.config.option;
