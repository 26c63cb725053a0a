// SPDX-License-Identifier: Apache-2.0
/**
 * The options, each with the rule that its value must follow. A rule sees only the value of its own
 * option. The package {@code config} has the checks across options.
 */
package io.github.datahose.connect.config.option;
