#pragma once

#include <string_view>

namespace marketmimic {

/// How a page looks. `--cRRGGBB` are the colours of drawings, see embedded_svg(): those named here differ where they
/// would not be seen well otherwise, grey letters and, on a dark background, whatever is dark.
inline constexpr std::string_view kPageStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--card:#fbfcfd;--ink:#22303c;--quiet:#566370;--line:#e1e6eb;--link:#1f5f93;
 --good:#2a9d8f;--warn:#f08a24;--track:#dfe5ea;--c22303c:var(--ink);--c75828e:var(--quiet);--cffffff:var(--card)}
@media screen and (prefers-color-scheme:dark){:root{--paper:#12171c;--card:#171d24;--ink:#e2e8ee;--quiet:#9fabb7;
 --line:#2b343d;--link:#86b9e6;--track:#333e48;--ce6eaee:#262f38;--cc5cdd5:#46525e;--cf3f5f7:#202831;--c264f73:#78aedd;
 --c8c1c2b:#cf5f6f;--ca4161a:#e0525a;--c3f3f7a:#8f8fd6;--c5c6670:#96a2ae;--c7a5c3e:#b39070;--c4d6b2f:#8aae62;
 --c1f8a70:#35b592;--cb5452f:#dc6b53;--cd7dde3:#55616d}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.2rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
 font-variant-numeric:tabular-nums}
header,main,footer{max-width:1500px;margin:0 auto;padding:0 clamp(.8rem,2.5vw,2.2rem)}
header{padding-top:1.6rem}
h1{font-size:clamp(1.35rem,1rem + 1.6vw,2rem);line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.8rem 0 .5rem}
p{max-width:80ch;margin:.5rem 0}
.quiet,figcaption,footer{color:var(--quiet)}
a{color:var(--link)}
nav{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--line);overflow-x:auto}
nav ul{display:flex;gap:1.2rem;list-style:none;max-width:1500px;margin:0 auto;padding:.6rem clamp(.8rem,2.5vw,2.2rem);
 white-space:nowrap}
nav a{text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,10.5rem),1fr));gap:.8rem;margin:1.2rem 0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem}
.tiles dt{color:var(--quiet);font-size:.85rem}
.tiles dd{margin:0;font-size:1.5rem;font-weight:600;line-height:1.25}
.tiles dd small{display:block;color:var(--quiet);font-size:.8rem;font-weight:400}
.note{background:var(--card);border-left:4px solid var(--warn);padding:.5rem .9rem;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:.8rem 0;max-width:110ch}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:1rem;margin:1rem 0}
.pairs{grid-template-columns:repeat(auto-fit,minmax(min(100%,32rem),1fr))}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.6rem;min-width:0}
figure.wide{margin:1rem 0}
.wide .drawing{overflow-x:auto}
.wide svg{min-width:56rem}
.drawing svg{display:block;width:100%;height:auto}
.drawing polygon{shape-rendering:crispEdges}
figcaption{font-size:.85rem;padding:.3rem .4rem 0}
.tables{display:flex;flex-wrap:wrap;gap:1.2rem 2.4rem;align-items:flex-start;margin:1rem 0}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem}
th,td{padding:.22rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--quiet);font-weight:500}
tbody th{text-align:left;font-weight:400;padding-left:0}
.bar{width:7.5rem;min-width:5rem}
.bar svg{display:block;width:100%;height:.75rem}
.track{fill:var(--track)}.reach{fill:var(--good);opacity:.45}.at{fill:var(--good)}
details{margin:.8rem 0}
summary{cursor:pointer;color:var(--link)}
pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem;font-size:.85rem}
footer{padding-top:2rem;padding-bottom:2rem;font-size:.85rem}
@media (max-width:40rem){.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.5rem}}
@media print{nav{display:none}figure,table,h3{break-inside:avoid}body{font-size:12px}.wide svg{min-width:0}}
)";

}  // namespace marketmimic
