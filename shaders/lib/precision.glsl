// Integer samplers have no default precision in GLSL ES 3.00.
precision highp float;
precision highp int;
precision highp isampler2D;
precision highp usampler2D;
