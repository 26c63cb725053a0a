// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import java.util.Map;

/**
 * What came of a worker of the matrix.
 *
 * @param row a line of the report
 * @param complaint what is wrong; empty when nothing is
 */
record CellResult(Map<String, Object> row, String complaint) {}
