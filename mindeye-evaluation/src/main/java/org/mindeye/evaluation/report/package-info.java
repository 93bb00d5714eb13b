/**
 * Pages as one HTML file that carries everything it shows: no other file, no network, and no script
 * but one that sorts tables.
 */
package org.mindeye.evaluation.report;
