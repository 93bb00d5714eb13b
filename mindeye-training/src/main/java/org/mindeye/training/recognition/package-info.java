/** Which published models a file of weights holds. */
package org.mindeye.training.recognition;
