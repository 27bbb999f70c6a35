// Integer samplers have no default precision in GLSL ES 3.00, and that of the others is low.
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp isampler2D;
precision highp usampler2D;
